--- Starts the server in every version of Neovim since 0.7.
---
--- From 0.11 on `vim.lsp.enable('konflux_ls')` is all it takes, and `setup` is the same with
--- settings; older versions have no such thing, so `legacy` does it for them.

local M = {}

--- How long a server may take to stop before another is started, in milliseconds.
local PATIENCE = 2000

--- Attaches the server to the buffers that it concerns, those that are open and those to come.
---@param settings table? of the client; they win over those of `lsp/konflux_ls.lua`
function M.setup(settings)
  if vim.lsp.enable then
    vim.lsp.config('konflux_ls', settings or {})
    vim.lsp.enable('konflux_ls')
  else
    require('konflux_ls.legacy').enable(settings or {})
  end
end

--- The running clients of the server.
---@return table[]
function M.clients()
  local all = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  return vim.tbl_filter(function(client) return client.name == 'konflux_ls' end, all)
end

--- The buffers that a client is attached to.
---@param client table
---@return integer[]
function M.buffers(client)
  local function is_attached(buffer) return vim.lsp.buf_is_attached(buffer, client.id) end
  return vim.tbl_filter(is_attached, vim.api.nvim_list_bufs())
end

--- Stops the server and starts it again, which makes it read the workspace anew.
function M.restart()
  for _, client in ipairs(M.clients()) do
    vim.lsp.stop_client(client.id)
  end
  vim.wait(PATIENCE, function() return #M.clients() == 0 end, 10)
  if vim.lsp.enable then
    vim.lsp.enable('konflux_ls')
  else
    require('konflux_ls.legacy').consider_open_buffers()
  end
end

return M
