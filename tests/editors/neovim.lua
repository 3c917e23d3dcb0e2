-- Drives Neovim as a person would: open, see the diagnostic, mend it, see it go.
-- The caller gives its wishes in the environment; exit code 0 means that all came true. The server
-- is set up as docs/editors.md says: SETUP holds the lines from there.

local function wish(name)
  local value = os.getenv(name)
  return value or error(name .. ' is not set')
end

local function say(...)
  io.stdout:write(table.concat({ ... }, ' ') .. '\n')
end

local function wait_for(what, condition)
  assert(vim.wait(20000, condition, 20), 'in vain: ' .. what)
end

local function of_rule(buffer)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    if diagnostic.code == wish('RULE') or diagnostic.user_data.lsp.code == wish('RULE') then
      table.insert(found, diagnostic)
    end
  end
  return found
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

local function apply_quick_fix(buffer, diagnostic)
  local range = {
    start = { line = diagnostic.lnum, character = diagnostic.col },
    ['end'] = { line = diagnostic.end_lnum, character = diagnostic.end_col },
  }
  local parameters = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = range,
    context = { diagnostics = {}, only = { 'quickfix' } },
  }
  local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  local client = assert(clients[1], 'no client')
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', parameters, 10000)
  local action = assert(answers and answers[client.id] and answers[client.id].result, 'no answer')[1]
  assert(action, 'no code action')
  if not action.edit then
    local resolved = vim.lsp.buf_request_sync(buffer, 'codeAction/resolve', action, 10000)
    action = assert(resolved and resolved[client.id] and resolved[client.id].result, 'not resolved')
  end
  say('action', action.title)
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
end

local function run()
  vim.cmd('filetype on')
  dofile(wish('SETUP'))
  vim.cmd('edit ' .. vim.fn.fnameescape(wish('FILE')))
  local buffer = vim.api.nvim_get_current_buf()
  wait_for('the diagnostic', function() return diagnostic_at_line(buffer) end)
  local diagnostic = diagnostic_at_line(buffer)
  say('shown', diagnostic.lnum + 1, diagnostic.col + 1, diagnostic.message)
  local before = #of_rule(buffer)
  if wish('HOW') == 'quickfix' then
    apply_quick_fix(buffer, diagnostic)
  else
    edit_by_hand(buffer)
  end
  wait_for('the end of the diagnostic', function() return #of_rule(buffer) < before end)
  say('cleared')
  for _, client in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
    client.stop(client)
  end
  wait_for('the end of the server', function()
    return #(vim.lsp.get_clients or vim.lsp.get_active_clients)() == 0
  end)
  say('stopped')
end

local fine, fault = xpcall(run, debug.traceback)
if not fine then
  say('FAILED', fault)
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
