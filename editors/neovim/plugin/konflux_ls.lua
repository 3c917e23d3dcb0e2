-- The commands. What they need is loaded when they are first used.

if vim.g.loaded_konflux_ls then
  return
end
vim.g.loaded_konflux_ls = true

local command = vim.api.nvim_create_user_command

command('KonfluxPipeline', function(options)
  local current = vim.api.nvim_get_current_buf()
  if not vim.startswith(vim.bo[current].filetype, 'yaml') then
    vim.notify('konflux-ls: this buffer is not YAML', vim.log.levels.WARN)
    return
  end
  local buffers = { current }
  if options.bang then
    local konflux = require('konflux_ls')
    for _, client in ipairs(konflux.clients()) do
      for _, buffer in ipairs(konflux.buffers(client)) do
        if buffer ~= current then
          table.insert(buffers, buffer)
        end
      end
    end
  end
  require('konflux_ls.playground').open(buffers)
end, { bang = true, desc = 'Show the pipeline as a picture (!: with all open Tekton files)' })

command(
  'KonfluxRestart',
  function() require('konflux_ls').restart() end,
  { desc = 'Restart konflux-ls, which reads the workspace anew' }
)
