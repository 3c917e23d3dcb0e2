-- Drives Neovim as a person would. Neovim starts with its own configuration: what docs/editors.md
-- says, and the plugin as a package. The caller names the story and gives its wishes in the
-- environment; exit code 0 means that all came true.

local uv = vim.uv or vim.loop

local function wish(name)
  local value = os.getenv(name)
  return value or error(name .. ' is not set')
end

local function say(...) io.stdout:write(table.concat({ ... }, ' ') .. '\n') end

local function wait_for(what, condition)
  local is_true = vim.wait(20000, condition, 20)
  assert(is_true, 'in vain: ' .. what)
end

local function clients() return (vim.lsp.get_clients or vim.lsp.get_active_clients)() end

local function edit(file)
  vim.cmd('edit ' .. vim.fn.fnameescape(file))
  return vim.api.nvim_get_current_buf()
end

local function type_keys(keys)
  local raw = vim.api.nvim_replace_termcodes(keys, true, false, true)
  vim.api.nvim_feedkeys(raw, 'tx', false)
end

local function text_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
end

local function includes(text, word)
  assert(text:find(word, 1, true), ('%q is not in: %s'):format(word, text))
end

local function is_attached(buffer)
  for _, client in ipairs(clients()) do
    if vim.lsp.buf_is_attached(buffer, client.id) then
      return true
    end
  end
  return false
end

local function of_rule(buffer)
  return vim.tbl_filter(function(diagnostic)
    local code = diagnostic.code or diagnostic.user_data.lsp.code
    return code == wish('RULE')
  end, vim.diagnostic.get(buffer))
end

local function diagnostic_at_line(buffer)
  for _, diagnostic in ipairs(of_rule(buffer)) do
    if diagnostic.lnum + 1 == tonumber(wish('LINE')) then
      return diagnostic
    end
  end
end

local function edit_by_hand(buffer)
  local first = tonumber(wish('LINE')) - 1
  local lines = vim.split(wish('NEW_LINES'), '\n', { plain = true, trimempty = true })
  local last = first + tonumber(wish('OLD_LINES'))
  vim.api.nvim_buf_set_lines(buffer, first, last, true, lines)
end

-- Puts the cursor on the diagnostic, asks for fixes, and takes the first of the menu.
local function apply_quick_fix(diagnostic)
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  local is_chosen = false
  vim.ui.select = function(items, options, on_choice)
    say('action', options.format_item(items[1]))
    is_chosen = true
    on_choice(items[1], 1)
  end
  vim.lsp.buf.code_action({ context = { diagnostics = {}, only = { 'quickfix' } } })
  wait_for('a menu of fixes', function() return is_chosen end)
end

local function hover()
  vim.lsp.buf.hover()
  local float
  wait_for('a hover', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        float = window
      end
    end
    return float
  end)
  local text = text_of(vim.api.nvim_win_get_buf(float))
  vim.api.nvim_win_close(float, true)
  return text
end

local stories = {}

-- Open, see the diagnostic, mend it, see it go.
function stories.mend()
  local buffer = edit(wish('FILE'))
  wait_for('the diagnostic', function() return diagnostic_at_line(buffer) end)
  local diagnostic = diagnostic_at_line(buffer)
  say('shown', diagnostic.lnum + 1, diagnostic.col + 1, diagnostic.message)
  local before = #of_rule(buffer)
  if wish('HOW') == 'quickfix' then
    apply_quick_fix(diagnostic)
  else
    edit_by_hand(buffer)
  end
  wait_for('the end of the diagnostic', function() return #of_rule(buffer) < before end)
  say('cleared')
  vim.fn.search([[^kind: \zs]], 'w')
  say('hover', hover())
  for _, client in ipairs(clients()) do
    vim.lsp.stop_client(client.id)
  end
  wait_for('the end of the server', function() return #clients() == 0 end)
  say('stopped')
end

-- Attach where Tekton is, and nowhere else; and where it comes to be while it is typed.
function stories.attach()
  local tekton = {
    'task.yaml',
    'far-down.yaml',
    'kustomization.yaml',
    'Kustomization',
    'patch.yaml',
    '.konflux-ls.yaml',
    '.tekton/empty.yaml',
  }
  local others = { 'deployment.yaml', 'empty.yaml', 'mentions-op.yaml', 'notes.txt' }
  local buffers = {}
  for _, file in ipairs(others) do
    buffers[file] = edit(file)
  end
  for _, file in ipairs(tekton) do
    buffers[file] = edit(file)
    wait_for('the server in ' .. file, function() return is_attached(buffers[file]) end)
  end
  assert(#clients() == 1, 'one server for one folder')
  for _, file in ipairs(others) do
    assert(not is_attached(buffers[file]), file)
  end

  edit('empty.yaml')
  type_keys('iapiVersion: tekton.dev<Esc>')
  assert(not is_attached(buffers['empty.yaml']), 'not yet')
  type_keys('a/v1<CR>kind: Pipeline<CR>metadata: [<Esc>')
  wait_for('a finding while typing', function() return #vim.diagnostic.get(0) > 0 end)
  assert(is_attached(buffers['empty.yaml']))

  vim.cmd('enew')
  vim.cmd('set filetype=yaml')
  type_keys('iapiVersion: tekton.dev/v1<CR>kind: Pipeline<CR>metadata: [<Esc>')
  vim.cmd('write new.yaml')
  wait_for('a finding once it has a name', function() return #vim.diagnostic.get(0) > 0 end)

  vim.cmd('KonfluxRestart')
  wait_for('a finding after the restart', function() return #vim.diagnostic.get(0) > 0 end)
  assert(is_attached(buffers['task.yaml']) and not is_attached(buffers['deployment.yaml']))
end

-- Every word of the help that can be jumped to, and every link in it.
function stories.help()
  vim.cmd('helptags ALL')
  local subjects = { 'konflux-ls', ':KonfluxPipeline', ':KonfluxRestart', 'g:konflux_playground' }
  for _, subject in ipairs(subjects) do
    vim.cmd('help ' .. subject)
    assert(vim.fn.expand('%:t') == 'konflux-ls.txt', subject)
  end
  for link in text_of(0):gmatch('|(%S-)|') do
    assert(pcall(vim.cmd, 'help ' .. link), 'a dead link: ' .. link)
  end
end

local function health()
  vim.cmd('checkhealth konflux_ls')
  local report
  wait_for('a report', function()
    report = text_of(0)
    return report:find('Playground', 1, true)
  end)
  vim.cmd('bwipeout!')
  return report
end

function stories.health()
  vim.g.konflux_playground = wish('PAGE')
  edit('deployment.yaml')
  edit('task.yaml')
  wait_for('the server', function() return is_attached(0) end)
  local report = health()
  say(report)
  includes(report, 'konflux-ls 0.')
  includes(report, 'attached to task.yaml')
  includes(report, 'watched until there is one: deployment.yaml')
  includes(report, wish('PAGE'))
  assert(not report:find('ERROR', 1, true) and not report:find('WARNING', 1, true), report)

  vim.g.konflux_playground = '/nowhere'
  require('konflux_ls').setup({ cmd = { '/nowhere/konflux-ls', 'serve' } })
  report = health()
  includes(report, '/nowhere/konflux-ls')
  includes(report, 'cargo install')
  includes(report, 'no index.html in /nowhere')
end

-- What the server in Neovim says to a browser on this machine.
local function fetch(port, path, host)
  local connection, answer, is_over = uv.new_tcp(), '', false
  connection:connect('127.0.0.1', port, function()
    local head = 'GET %s HTTP/1.1\r\nHost: %s\r\n\r\n'
    connection:write(head:format(path, host or ('127.0.0.1:' .. port)))
    connection:read_start(function(_, data)
      answer = answer .. (data or '')
      is_over = not data
    end)
  end)
  wait_for('an answer to ' .. path, function() return is_over end)
  connection:close()
  return answer
end

-- The picture: a browser is sent to a page that leads to the playground with the texts.
function stories.playground()
  local opened
  vim.ui.open = function(address) opened = address end
  vim.g.konflux_playground = wish('PAGE')
  edit('task.yaml')
  wait_for('the server', function() return is_attached(0) end)
  edit('patch.yaml')
  wait_for('the server', function() return is_attached(0) end)
  vim.cmd('KonfluxPipeline!')
  local port, path = opened:match('^http://127%.0%.0%.1:(%d+)(/%S+)$')
  port = tonumber(port)
  say('errand', fetch(port, path))

  includes(fetch(port, '/playground/'), 'text/html; charset=utf-8')
  includes(fetch(port, '/playground/?x'), 'the page')
  includes(fetch(port, '/playground/assets/engine.wasm'), 'application/wasm')
  for _, beyond in ipairs({ '../task.yaml', '%2e%2e/task.yaml', 'link.yaml', 'assets', 'none' }) do
    includes(fetch(port, '/playground/' .. beyond), 'HTTP/1.1 404 ')
  end
  includes(fetch(port, '/'), 'HTTP/1.1 404 ')
  includes(fetch(port, path, 'elsewhere.example:' .. port), 'HTTP/1.1 403 ')

  vim.g.konflux_playground = 'https://elsewhere.example/page/'
  vim.cmd('KonfluxPipeline')
  say('elsewhere', fetch(port, opened:match('%d(/%S+)$')))
end

local fine, fault = xpcall(stories[wish('STORY')], debug.traceback)
if not fine then
  say('FAILED', fault)
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
