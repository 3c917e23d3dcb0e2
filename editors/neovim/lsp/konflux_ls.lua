--- The language server `konflux-ls`, for `vim.lsp.enable('konflux_ls')` of Neovim 0.11 and newer.
--- `require('konflux_ls').setup()` reads this file too, and does the same in older versions.
---
--- YAML is everywhere and Tekton in few of its files, so `root_dir` is a function: it names a root,
--- which is what makes Neovim attach the server, only for buffers that concern it, and for the
--- others only once they do.

---@type vim.lsp.Config
return {
  cmd = { 'konflux-ls', 'serve' },
  filetypes = { 'yaml' },
  root_dir = function(buffer, on_dir)
    local tekton = require('konflux_ls.tekton')
    tekton.when_it_concerns(buffer, function()
      -- It may have been disabled while the buffer was waiting.
      if not vim.lsp.is_enabled or vim.lsp.is_enabled('konflux_ls') then
        on_dir(tekton.root(buffer))
      end
    end)
  end,
}
