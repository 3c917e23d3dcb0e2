-- What is not standard Lua: Neovim's own.
std = 'luajit'
globals = { 'vim' }
max_line_length = 100
