--- The files of a folder, as answers to a browser. Called in libuv's loop, where most of Neovim
--- must not be called.

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

--- Where a path leads to; nowhere outside of the folder, whatever it says and links point to.
---@param folder string
---@param path string
---@return string?
local function resolve(folder, path)
  local base, real = uv.fs_realpath(folder), uv.fs_realpath(folder .. '/' .. path)
  if not base or not real or real:sub(1, #base) ~= base then
    return nil
  end
  return real:find('^[/\\]', #base + 1) and real or nil
end

--- Answers with a file of the folder.
---@param folder string
---@param path string as of the folder, with slashes; '' and those that end with one are folders,
--- whose index.html is meant
---@return konflux.Reply
function M.reply(folder, path)
  if path == '' or path:sub(-1) == '/' then
    path = path .. 'index.html'
  end
  local real = resolve(folder, path)
  local text = real and read(real)
  if not text then
    return loopback.refusal('404 Not Found')
  end
  local media = TYPES[path:match('%.(%w+)$')] or 'application/octet-stream'
  return { status = '200 OK', type = media, body = text }
end

return M
