--- Shows pipelines as pictures: opens the playground, a page that holds the whole engine, with what
--- the editor has.
---
--- The page comes from a folder on this machine and works without a network. It cannot be opened as
--- a file: browsers grant neither workers nor modules to such pages. So Neovim serves the folder to
--- this machine's browser. The texts travel in the fragment of the address, which browsers send to
--- nobody; and the browser is given a short address that leads there, because long ones do not
--- survive the command lines of some systems.

local loopback = require('konflux_ls.loopback')

local uv = vim.uv or vim.loop

local M = {}

local TYPES = {
  css = 'text/css; charset=utf-8',
  html = 'text/html; charset=utf-8',
  js = 'text/javascript; charset=utf-8',
  json = 'application/json; charset=utf-8',
  mjs = 'text/javascript; charset=utf-8',
  png = 'image/png',
  svg = 'image/svg+xml',
  wasm = 'application/wasm',
  webmanifest = 'application/manifest+json',
  woff2 = 'font/woff2',
}

--- Where the page is served: not at the root, so that a service worker of it minds its own only.
local PAGE = '/playground/'

local port ---@type integer?
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
  local this = uv.fs_realpath(debug.getinfo(1, 'S').source:sub(2))
  local plugin = vim.fn.fnamemodify(this, ':h:h:h')
  local beside = vim.fn.fnamemodify(plugin, ':h') .. '/playground/dist'
  local candidates = wish and { vim.fn.expand(wish) } or { plugin .. '/playground', beside }
  for _, candidate in ipairs(candidates) do
    if uv.fs_stat(candidate .. '/index.html') then
      return { folder = candidate }
    end
  end
  return { fault = 'there is no index.html in ' .. table.concat(candidates, ' or ') }
end

---@param path string
---@return string?
local function read(path)
  local file = uv.fs_open(path, 'r', 0)
  if not file then
    return nil
  end
  local stat = uv.fs_fstat(file)
  local text = stat and stat.type == 'file' and uv.fs_read(file, stat.size, 0) or nil
  uv.fs_close(file)
  return text
end

--- A file of the folder; nothing outside of it, whatever the path says and links point to.
---@param path string from the folder
---@return konflux.Reply
local function file(path)
  if path == '' or path:sub(-1) == '/' then
    path = path .. 'index.html'
  end
  local base, real = uv.fs_realpath(folder), uv.fs_realpath(folder .. '/' .. path)
  local is_inside = base and real and vim.startswith(real, base) and real:sub(#base + 1):find('^[/\\]')
  local text = is_inside and read(real)
  if not text then
    return loopback.refusal('404 Not Found')
  end
  local media = TYPES[path:match('%.(%w+)$')] or 'application/octet-stream'
  return { status = '200 OK', type = media, body = text }
end

---@param path string
---@return konflux.Reply
local function answer(path)
  if errands[path] then
    return { status = '200 OK', type = TYPES.html, body = errands[path] }
  end
  if folder and vim.startswith(path, PAGE) then
    return file(path:sub(#PAGE + 1))
  end
  return loopback.refusal('404 Not Found')
end

--- Base64 with the alphabet that addresses need, without padding. (`vim.base64` came with 0.10.)
---@param bytes string
---@return string
function M.base64url(bytes)
  local alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  local function digit(value) return alphabet:sub(value + 1, value + 1) end
  local function quartet(three)
    local a, b, c = three:byte(1, 3)
    local bits = a * 65536 + (b or 0) * 256 + (c or 0)
    local four = digit(math.floor(bits / 262144))
      .. digit(math.floor(bits / 4096) % 64)
      .. digit(math.floor(bits / 64) % 64)
      .. digit(bits % 64)
    return four:sub(1, #three + 1)
  end
  return (bytes:gsub('..?.?', quartet))
end

---@param buffer integer
---@return string
local function text_of(buffer)
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  return vim.bo[buffer].endofline and text .. '\n' or text
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

--- The fragment of an address that gives the page some buffers.
---@param buffers integer[] the first is the one to show
---@return string
function M.fragment(buffers)
  local files = vim.tbl_map(
    function(buffer) return { path = path_of(buffer), text = text_of(buffer) } end,
    buffers
  )
  local json = vim.json.encode({ files = files, active = files[1].path })
  return '#json=' .. M.base64url(json)
end

--- A page that does nothing but lead to another.
---@param address string
---@return string
local function errand(address)
  -- What would end the string, or the script.
  local function percent(character) return ('%%%02X'):format(character:byte()) end
  local quoted = address:gsub('[%c"<\\]', percent)
  return ('<!doctype html><meta charset="utf-8"><title>konflux-ls</title>'
    .. '<script>location.replace("%s")</script>'):format(quoted)
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

--- Opens the playground in the browser, with some buffers.
---@param buffers integer[] the first is the one to show
function M.open(buffers)
  local place = M.location()
  local fault = place.fault
  if not fault and not port then
    port, fault = loopback.start(answer)
  end
  if fault then
    vim.notify('konflux-ls: no playground: ' .. fault, vim.log.levels.ERROR)
    return
  end
  folder = place.folder
  local path = '/open/' .. uv.random(8):gsub('.', function(byte) return ('%02x'):format(byte:byte()) end)
  errands[path] = errand((place.address or PAGE) .. M.fragment(buffers))
  local address = ('http://127.0.0.1:%d%s'):format(port, path)
  fault = browse(address)
  vim.notify('konflux-ls: ' .. (fault and fault .. ': open ' or 'opening ') .. address)
end

return M
