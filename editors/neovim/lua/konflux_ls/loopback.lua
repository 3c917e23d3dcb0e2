--- As much of an HTTP server as the browser of this machine needs: GET, on the loopback interface.
---
--- Neovim brings libuv, so nothing else has to be installed, and nothing leaves the machine. All
--- callbacks run in libuv's loop, where most of Neovim must not be called.

local uv = vim.uv or vim.loop

local M = {}

--- Tried first, because what a page keeps in the browser is kept by port: a new one each time would
--- forget it, and leave its things behind.
local PREFERRED_PORT = 17045

--- Longest head of a request, in bytes.
local MAX_HEAD = 16384

---@class konflux.Reply
---@field status string such as '200 OK'
---@field type string a media type
---@field body string

---@param status string
---@return konflux.Reply
function M.refusal(status)
  return { status = status, type = 'text/plain; charset=utf-8', body = status .. '\n' }
end

---@param reply konflux.Reply
---@return string
local function message(reply)
  return table.concat({
    'HTTP/1.1 ' .. reply.status,
    'Content-Type: ' .. reply.type,
    'Content-Length: ' .. #reply.body,
    'Cache-Control: no-cache',
    'Connection: close',
    'X-Content-Type-Options: nosniff',
    '',
    reply.body,
  }, '\r\n')
end

--- Other sites can make a browser ask us things, and can even give our address a name of theirs;
--- then the request says so.
---@param head string
---@return boolean
local function is_for_us(head)
  local host = head:lower():match('\r\nhost:%s*([^\r]*)')
  return host ~= nil and (host:match('^127%.0%.0%.1:%d+$') or host:match('^localhost:%d+$')) ~= nil
end

---@param head string
---@param answer fun(path: string): konflux.Reply
---@return konflux.Reply
local function reply_to(head, answer)
  local path = head:match('^GET (/[^%s?#]*)%S* HTTP/1%.[01]\r\n')
  if not path then
    return M.refusal('400 Bad Request')
  end
  if not is_for_us(head) then
    return M.refusal('403 Forbidden')
  end
  local function byte(hex) return string.char(tonumber(hex, 16)) end
  return answer((path:gsub('%%(%x%x)', byte)))
end

---@param connection userdata
local function close(connection)
  if not connection:is_closing() then
    connection:close()
  end
end

---@param connection userdata
---@param answer fun(path: string): konflux.Reply
local function converse(connection, answer)
  local head = ''
  connection:read_start(function(fault, data)
    if fault or not data or #head > MAX_HEAD then
      return close(connection)
    end
    head = head .. data
    if head:find('\r\n\r\n', 1, true) then
      connection:read_stop()
      connection:write(message(reply_to(head, answer)), function() close(connection) end)
    end
  end)
end

--- Starts a server that lives as long as Neovim.
---@param answer fun(path: string): konflux.Reply called in libuv's loop
---@return integer? port
---@return string? fault
function M.start(answer)
  local fault
  for _, port in ipairs({ PREFERRED_PORT, 0 }) do
    local socket = uv.new_tcp()
    local is_bound = socket:bind('127.0.0.1', port)
    local is_heard, why = socket:listen(16, function()
      local connection = uv.new_tcp()
      socket:accept(connection)
      converse(connection, answer)
    end)
    if is_bound and is_heard then
      return socket:getsockname().port
    end
    fault = why
    socket:close()
  end
  return nil, fault
end

return M
