--- What `vim.lsp.enable` does, for Neovim 0.7 to 0.10, which lack it: reads `lsp/konflux_ls.lua`,
--- asks its `root_dir` about each buffer of its file types, and runs one client per root.

local M = {}

--- The settings of the client, once it is enabled.
local config ---@type table?

--- Running clients by root; the buffers without a root share one.
local clients = {} ---@type table<string, integer>

---@param buffer integer
---@param root string?
local function attach(buffer, root)
  local key = root or ''
  if not clients[key] or vim.lsp.client_is_stopped(clients[key]) then
    local own = vim.tbl_extend('force', config, { name = 'konflux_ls' })
    own.root_dir = root
    clients[key] = vim.lsp.start_client(own)
  end
  -- Without the program there is no client; Neovim has said so.
  if clients[key] then
    vim.lsp.buf_attach_client(buffer, clients[key])
  end
end

---@param buffer integer
local function consider(buffer)
  -- Only what stands for a file: no previews, no listings.
  if vim.bo[buffer].buftype ~= '' then
    return
  end
  local root = config.root_dir
  if type(root) == 'function' then
    root(buffer, function(found) attach(buffer, found) end)
  else
    attach(buffer, root)
  end
end

--- Attaches the server to the open buffers that it concerns.
function M.consider_open_buffers()
  for _, buffer in ipairs(config and vim.api.nvim_list_bufs() or {}) do
    local is_ours = vim.tbl_contains(config.filetypes, vim.bo[buffer].filetype)
    if is_ours and vim.api.nvim_buf_is_loaded(buffer) then
      consider(buffer)
    end
  end
end

--- Is it set up?
---@return boolean
function M.is_enabled() return config ~= nil end

--- The settings of the client, before anybody changed them.
---@return table
local function defaults()
  return dofile(vim.api.nvim_get_runtime_file('lsp/konflux_ls.lua', false)[1])
end

--- The command that starts the server.
---@return string[]
function M.command() return (config or defaults()).cmd end

---@param settings table of the client
function M.enable(settings)
  config = vim.tbl_deep_extend('force', defaults(), settings)
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('konflux_ls', {}),
    pattern = config.filetypes,
    callback = function(event) consider(event.buf) end,
  })
  M.consider_open_buffers()
end

return M
