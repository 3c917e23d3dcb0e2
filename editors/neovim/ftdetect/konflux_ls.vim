" Neovim tells kustomization.yaml by its ending; the name without one is as good for kustomize.
autocmd BufNewFile,BufRead Kustomization setfiletype yaml
