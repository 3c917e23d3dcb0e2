--- Shows pipelines as pictures: opens the playground, a page that holds the whole engine, with what
--- the editor has.
---
--- The page comes from a folder on this machine and works without a network. It cannot be opened as
--- a file: browsers grant neither workers nor modules to such pages. So Neovim serves the folder to
--- this machine's browser. The texts travel in the fragment of the address, which browsers send to
--- nobody; and the browser is given a short address that leads there, because long ones do not
--- survive the command lines of some systems.

local loopback = require('konflux_ls.loopback')
local static_files = require('konflux_ls.static_files')

local uv = vim.uv or vim.loop

local M = {}

--- Where the page is served: not at the root, so that a service worker of it minds its own only.
local PAGE = '/playground/'

--- Browsers cut addresses off, Firefox those beyond a megabyte; base64 adds a third. In bytes.
local MOST = 700000

local port ---@type integer? once somebody asked for a picture
local folder ---@type string? that is served
local errands = {} ---@type table<string, string> pages that lead to the playground, by path

--- Where the playground is: what `vim.g.konflux_playground` names, or else the page that came with
--- the plugin, or was built beside it.
---@return { folder: string?, address: string?, fault: string? }
function M.location()
  local wish = vim.g.konflux_playground
  if wish and wish:match('^https?://') then
    return { address = wish }
  end
  local candidates
  if wish then
    candidates = { vim.fn.fnamemodify(vim.fn.expand(wish), ':p') }
  else
    local this = uv.fs_realpath(debug.getinfo(1, 'S').source:sub(2))
    local plugin = vim.fn.fnamemodify(this, ':h:h:h')
    local beside = vim.fn.fnamemodify(plugin, ':h') .. '/playground/dist'
    candidates = { plugin .. '/playground', beside }
  end
  for _, candidate in ipairs(candidates) do
    if uv.fs_stat(candidate .. '/index.html') then
      return { folder = candidate }
    end
  end
  return { fault = 'there is no index.html in ' .. table.concat(candidates, ' or ') }
end

--- Base64 with the alphabet that addresses need, without padding. (`vim.base64` came with 0.10.)
---@param bytes string
---@return string
local function base64url(bytes)
  local alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  local function digit(value)
    local at = math.floor(value) % 64 + 1
    return alphabet:sub(at, at)
  end
  local function quartet(three)
    local a, b, c = three:byte(1, 3)
    local bits = a * 65536 + (b or 0) * 256 + (c or 0)
    local four = digit(bits / 262144) .. digit(bits / 4096) .. digit(bits / 64) .. digit(bits)
    return four:sub(1, #three + 1)
  end
  return (bytes:gsub('..?.?', quartet))
end

--- The path that the page shows: from the root, without what lies above it.
---@param buffer integer
---@return string
local function path_of(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  local root = require('konflux_ls.tekton').root(buffer)
  if name == '' then
    return 'untitled.yaml'
  end
  local is_below = root and vim.startswith(name, root .. '/')
  return is_below and name:sub(#root + 2) or vim.fn.fnamemodify(name, ':t')
end

---@param buffer integer
---@return { path: string, text: string }
local function file_of(buffer)
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  if vim.bo[buffer].endofline then
    text = text .. '\n'
  end
  return { path = path_of(buffer), text = text }
end

--- The fragment of an address that gives the page some buffers.
---@param buffers integer[] the first is the one to show
---@return string? fragment
---@return string? fault
local function fragment(buffers)
  local files = vim.tbl_map(file_of, buffers)
  local json = vim.json.encode({ files = files, active = files[1].path })
  if #json > MOST then
    local fault = 'too big for a link: %.1f MB, and a link holds %.1f MB'
    return nil, fault:format(#json / 1e6, MOST / 1e6)
  end
  return '#json=' .. base64url(json)
end

---@param path string
---@return konflux.Reply
local function answer(path)
  if errands[path] then
    return { status = '200 OK', type = 'text/html; charset=utf-8', body = errands[path] }
  end
  if folder and path:sub(1, #PAGE) == PAGE then
    return static_files.reply(folder, path:sub(#PAGE + 1))
  end
  return loopback.refusal('404 Not Found')
end

--- Makes a page that does nothing but lead to another, at a path that nobody can guess.
---@param address string
---@return string path
local function errand(address)
  local function hex(byte) return ('%02x'):format(byte:byte()) end
  local path = '/open/' .. uv.random(8):gsub('.', hex)
  -- What would end the string, or the script.
  local function percent(character) return '%' .. hex(character):upper() end
  local quoted = address:gsub('[%c"<\\]', percent)
  local page = '<!doctype html><meta charset="utf-8"><title>konflux-ls</title>'
    .. '<script>location.replace("%s")</script>'
  errands[path] = page:format(quoted)
  return path
end

---@param address string
---@return string? fault
local function browse(address)
  if vim.ui.open then
    local _, fault = vim.ui.open(address)
    return fault
  end
  for _, program in ipairs({ 'xdg-open', 'open', 'wslview', 'explorer.exe', 'explorer' }) do
    if vim.fn.executable(program) == 1 then
      vim.fn.jobstart({ program, address }, { detach = true })
      return nil
    end
  end
  return 'there is no program that opens addresses'
end

---@param fault string
local function refuse(fault) vim.notify('konflux-ls: ' .. fault, vim.log.levels.ERROR) end

--- Opens the playground in the browser, with some buffers.
---@param buffers integer[] the first is the one to show
function M.open(buffers)
  local place = M.location()
  local fault = place.fault
  if not fault and not port then
    port, fault = loopback.start(answer)
  end
  if fault then
    return refuse('no playground: ' .. fault)
  end
  local texts, why = fragment(buffers)
  if not texts then
    return refuse(why)
  end
  folder = place.folder
  local path = errand((place.address or PAGE) .. texts)
  local address = ('http://127.0.0.1:%d%s'):format(port, path)
  fault = browse(address)
  vim.notify('konflux-ls: ' .. (fault and fault .. ': open ' or 'opening ') .. address)
end

return M
