--- Which buffers concern the server, told without parsing, because every YAML buffer is asked.
---
--- These are the signs by which the server itself picks the files of a workspace, and two that only
--- an editor needs: a file in `.tekton` will hold a pipeline even while it is empty, and a buffer
--- that shows no sign yet is watched while it is typed.

local M = {}

local uv = vim.uv or vim.loop

local NAMES = {
  ['.konflux-ls.yaml'] = true,
  ['kustomization.yaml'] = true,
  ['kustomization.yml'] = true,
  Kustomization = true,
}

--- So many lines of a buffer are looked at in one go.
local CHUNK_LINES = 1000

--- What to call once a watched buffer shows a sign, by buffer.
local waiting = {} ---@type table<integer, fun()>

--- Looks at some more of a text. `seen` keeps what is a sign only together with something else: a
--- JSON patch, as kustomize takes it, has an operation and a path.
---@param seen { operation: boolean?, path: boolean? }
---@param text string
---@return boolean
local function shows_signs(seen, text)
  local function has(word) return text:find(word, 1, true) ~= nil end
  seen.operation = seen.operation or has('op:')
  seen.path = seen.path or has('path: /')
  return has('tekton.dev/') or has('kustomize.config.k8s.io/') or (seen.operation and seen.path)
end

---@param buffer integer
---@param seen table as of `shows_signs`
---@param first integer from 0
---@param last integer the first line that does not count any more
---@return boolean
local function lines_show_signs(buffer, seen, first, last)
  for line = first, last - 1, CHUNK_LINES do
    local chunk_end = math.min(line + CHUNK_LINES, last)
    local lines = vim.api.nvim_buf_get_lines(buffer, line, chunk_end, false)
    if shows_signs(seen, table.concat(lines, '\n')) then
      return true
    end
  end
  return false
end

--- Is there a sign of Tekton in the name of the buffer or in some of its lines? A buffer without a
--- name has no address that a server could know it by, so it has to wait for one.
---@param buffer integer
---@param seen table as of `shows_signs`
---@param first integer from 0
---@param last integer
---@return boolean
local function concerns(buffer, seen, first, last)
  local path = vim.api.nvim_buf_get_name(buffer):gsub('\\', '/')
  if path == '' then
    return false
  end
  return NAMES[path:match('[^/]*$')]
    or path:find('/.tekton/', 1, true) ~= nil
    or lines_show_signs(buffer, seen, first, last)
end

--- Looks at some lines of a buffer that may be waiting. Is that over?
---@param buffer integer
---@param seen table as of `shows_signs`
---@param first integer from 0
---@param last integer
---@return boolean
local function look(buffer, seen, first, last)
  local ready = waiting[buffer]
  if not ready or not concerns(buffer, seen, first, last) then
    return not ready
  end
  waiting[buffer] = nil
  -- Nothing may be attached in the midst of a change.
  vim.schedule(function()
    if vim.api.nvim_buf_is_loaded(buffer) then
      ready()
    end
  end)
  return true
end

---@param buffer integer
local function look_at_all(buffer) look(buffer, {}, 0, vim.api.nvim_buf_line_count(buffer)) end

--- Looks at the lines that change, and only at those: a keystroke costs a look at one line.
---@param buffer integer
---@param seen table what the rest of the buffer has shown
local function watch(buffer, seen)
  vim.api.nvim_buf_attach(buffer, false, {
    on_lines = function(_, _, _, first, _, last) return look(buffer, seen, first, last) end,
    on_reload = function() look_at_all(buffer) end,
    on_detach = function() waiting[buffer] = nil end,
  })
end

-- A buffer gets another name, or, by being written, its first.
vim.api.nvim_create_autocmd({ 'BufFilePost', 'BufWritePost' }, {
  group = vim.api.nvim_create_augroup('konflux_ls_names', {}),
  callback = function(event) look_at_all(event.buf) end,
})

--- Calls `ready` when the buffer concerns the server: at once, or as soon as it does.
---@param buffer integer
---@param ready fun()
function M.when_it_concerns(buffer, ready)
  local seen = {}
  if concerns(buffer, seen, 0, vim.api.nvim_buf_line_count(buffer)) then
    ready()
    return
  end
  local is_watched = waiting[buffer] ~= nil
  waiting[buffer] = ready
  if not is_watched then
    watch(buffer, seen)
  end
end

--- Does the buffer wait for a sign of Tekton?
---@param buffer integer
---@return boolean
function M.is_waiting(buffer) return waiting[buffer] ~= nil end

--- The nearest folder upward that holds one of `names`.
---@param folder string
---@param names string[]
---@return string?
local function holder(folder, names)
  while true do
    for _, name in ipairs(names) do
      if uv.fs_stat(folder .. '/' .. name) then
        return folder
      end
    end
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return nil
    end
    folder = parent
  end
end

--- The folder that the server reads for what a buffer refers to: its repository, else what holds a
--- `.tekton` folder or our configuration, else its own folder. None rather than a whole home
--- folder or file system.
---@param buffer integer
---@return string?
function M.root(buffer)
  local own = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':p:h')
  local root = holder(own, { '.git' }) or holder(own, { '.tekton', '.konflux-ls.yaml' }) or own
  local is_too_much = root == uv.os_homedir() or root == vim.fn.fnamemodify(root, ':h')
  return not is_too_much and root or nil
end

return M
