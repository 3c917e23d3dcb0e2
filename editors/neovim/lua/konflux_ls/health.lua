--- `:checkhealth konflux_ls`: what keeps a person from seeing findings, and what to do about it.

local konflux = require('konflux_ls')
local playground = require('konflux_ls.playground')
local tekton = require('konflux_ls.tekton')

local M = {}

-- The names before 0.10; `vim.health` itself came with 0.8.
local old = vim.health or require('health')
local report = {
  start = old.start or old.report_start,
  ok = old.ok or old.report_ok,
  info = old.info or old.report_info,
  warn = old.warn or old.report_warn,
  error = old.error or old.report_error,
}

--- The command that starts the server, by whatever settings are in force.
---@return any
local function command()
  if vim.lsp.config then
    return (vim.lsp.config.konflux_ls or {}).cmd
  end
  return require('konflux_ls.legacy').command()
end

local function check_program()
  local cmd = command()
  if type(cmd) ~= 'table' then
    return report.info('The server is not started by a command: ' .. vim.inspect(cmd))
  end
  if vim.fn.executable(cmd[1]) == 0 then
    return report.error(('`%s` is not a program that can be found'):format(cmd[1]), {
      'Install it, in a clone of the repository: cargo install --locked --path crates/server',
      "Or say where: require('konflux_ls').setup({ cmd = { '/path/to/konflux-ls', 'serve' } })",
    })
  end
  local said = vim.trim(vim.fn.system({ cmd[1], '--version' }))
  if vim.v.shell_error ~= 0 then
    return report.error(('`%s --version` fails: %s'):format(cmd[1], said))
  end
  report.ok(('%s (%s)'):format(said, vim.fn.exepath(cmd[1])))
end

local function check_setup()
  local is_enabled
  if vim.lsp.enable then
    -- Whether one can ask came later than that which one asks about.
    is_enabled = not vim.lsp.is_enabled or vim.lsp.is_enabled('konflux_ls')
  else
    is_enabled = require('konflux_ls.legacy').is_enabled()
  end
  if is_enabled then
    return report.ok('Enabled')
  end
  local advice = vim.lsp.enable and "vim.lsp.enable('konflux_ls')"
    or "require('konflux_ls').setup()"
  report.error('Not enabled', { 'Put this into your init.lua: ' .. advice })
end

---@param buffer integer
---@return string
local function name(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  return path == '' and '[No Name]' or vim.fn.fnamemodify(path, ':~:.')
end

local function check_buffers()
  local clients = konflux.clients()
  if #clients == 0 then
    report.info('No server is running: it starts with the first Tekton file that you open')
  end
  for _, client in ipairs(clients) do
    local names = table.concat(vim.tbl_map(name, konflux.buffers(client)), ', ')
    local root = client.config.root_dir or 'no folder: single files'
    report.ok(('Running for %s; attached to %s'):format(root, names))
  end
  local waiting = vim.tbl_filter(tekton.is_waiting, vim.api.nvim_list_bufs())
  if #waiting > 0 then
    local names = table.concat(vim.tbl_map(name, waiting), ', ')
    report.info('YAML without a sign of Tekton, watched until there is one: ' .. names)
  end
end

local function check_playground()
  local place = playground.location()
  if place.fault then
    return report.warn('`:KonfluxPipeline` cannot show pictures: ' .. place.fault, {
      'Build it, in a clone of the repository: npm install && npm run build',
      'Or say where it is, a folder or an address: vim.g.konflux_playground = …',
    })
  end
  report.ok('The playground is ' .. (place.address or place.folder))
end

function M.check()
  report.start('Server')
  check_setup()
  check_program()
  check_buffers()
  report.start('Playground')
  check_playground()
end

return M
