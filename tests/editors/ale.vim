" Drives Vim with ALE as a person would: open, see the diagnostic, mend it, see it go. Vim starts
" with its own configuration: what docs/editors.md says. The caller gives its wishes in the
" environment; exit code 0 means that all came true.
"
"   printf '1\n' | vim -N -u ale.vim -es --not-a-term
"
" The line is the answer to the menu of fixes.

set hidden noswapfile viminfo=
source ~/.vimrc
packadd ale

function! Say(text) abort
  call writefile([a:text], '/dev/stdout', 'a')
endfunction

function! WaitFor(what, condition) abort
  for _ in range(400)
    if a:condition()
      return
    endif
    sleep 50m
  endfor
  throw 'in vain: ' . a:what
endfunction

function! OfRule() abort
  return filter(copy(ale#engine#GetLoclist(bufnr(''))), {_, it -> get(it, 'code', '') ==# $RULE})
endfunction

function! AtLine() abort
  return filter(OfRule(), {_, it -> it.lnum == $LINE})
endfunction

function! EditByHand() abort
  execute $LINE . ',' . ($LINE + $OLD_LINES - 1) . 'delete _'
  if $NEW_LINES !=# ''
    call append($LINE - 1, split($NEW_LINES, "\n"))
  endif
  " Events of typing do not occur in this mode.
  call ale#Queue(0)
endfunction

function! Mend() abort
  execute 'edit' fnameescape($FILE)
  call WaitFor('the diagnostic', {-> !empty(AtLine())})
  let shown = AtLine()[0]
  call Say('shown ' . shown.lnum . ' ' . shown.col . ' ' . shown.text)
  let before = len(OfRule())
  if $HOW ==# 'quickfix'
    call cursor(shown.lnum, shown.col)
    let text = getline('.')
    ALECodeAction
    call WaitFor('the fix', {-> getline(shown.lnum) !=# text})
    call ale#Queue(0)
  else
    call EditByHand()
  endif
  call WaitFor('the end of the diagnostic', {-> len(OfRule()) < before})
  call Say('cleared')
endfunction

try
  call Mend()
catch
  call Say('FAILED ' . v:exception . ' at ' . v:throwpoint . ': ' . string(ale#engine#GetLoclist(bufnr(''))))
  cquit
endtry
qall!
