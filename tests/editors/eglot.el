;;; eglot.el --- drives Emacs as a person would  -*- lexical-binding: t -*-
;;; Commentary:
;; Opens a file, sees the diagnostic, mends it, sees it go.  The caller gives its wishes in the
;; environment; exit code 0 means that all came true.  The server is set up as docs/editors.md
;; says: SETUP holds the lines from there.
;;
;;   emacs --batch -q -l eglot.el
;;; Code:

(setq load-prefer-newer t)
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'yaml-mode)
(setq eglot-sync-connect t
      eglot-connect-timeout 20
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil
      create-lockfiles nil)

(defun wish (name)
  "The value of the variable NAME in the environment."
  (or (getenv name) (error "%s is not set" name)))

(defun say (format &rest arguments)
  "Print a line of FORMAT and ARGUMENTS."
  (princ (concat (apply #'format format arguments) "\n")))

(defun wait-for (what condition)
  "Wait until CONDITION holds; WHAT is said when it never does."
  (let ((end (+ (float-time) 20)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or value (error "In vain: %s; shown: %S" what
                   (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))))

(defun diagnostics-of-rule ()
  "What is shown for the rule."
  (flymake-start)
  (seq-filter
   (lambda (diagnostic)
     (string-match-p (regexp-quote (wish "RULE")) (flymake-diagnostic-text diagnostic)))
   (flymake-diagnostics)))

(defun diagnostic-at-line ()
  "The diagnostic at the line where it is expected."
  (seq-find
   (lambda (diagnostic)
     (= (line-number-at-pos (flymake-diagnostic-beg diagnostic))
        (string-to-number (wish "LINE"))))
   (diagnostics-of-rule)))

(defun edit-by-hand ()
  "Replace the lines as the caller says."
  (goto-char (point-min))
  (forward-line (1- (string-to-number (wish "LINE"))))
  (delete-region (point) (line-beginning-position (1+ (string-to-number (wish "OLD_LINES")))))
  (insert (wish "NEW_LINES")))

(defun apply-quick-fix (diagnostic)
  "Apply the first quick fix of DIAGNOSTIC."
  (let* ((actions (eglot-code-actions (flymake-diagnostic-beg diagnostic)
                                      (flymake-diagnostic-end diagnostic) "quickfix" nil))
         (action (or (car (append actions nil)) (error "No code action"))))
    (say "action %s" (plist-get action :title))
    (eglot--apply-workspace-edit (or (plist-get action :edit) (error "No edit in it")))))

(defun hover ()
  "What is shown for the kind of the document."
  (goto-char (point-min))
  (search-forward "kind: ")
  (let (shown)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown (or text "nothing"))))
    (wait-for "a hover" (lambda () shown))))

(defun run ()
  "Do it all."
  (load (wish "SETUP") nil t)
  (find-file (wish "FILE"))
  (yaml-mode)
  ;; What `eglot-ensure' does after the command, of which there is none in batch mode.
  (apply #'eglot (eglot--guess-contact))
  (unless (bound-and-true-p eglot--managed-mode)
    (eglot--maybe-activate-editing-mode))
  (let* ((diagnostic (wait-for "the diagnostic" #'diagnostic-at-line))
         (before (length (diagnostics-of-rule))))
    (say "shown %d %s" (line-number-at-pos (flymake-diagnostic-beg diagnostic))
         (flymake-diagnostic-text diagnostic))
    (if (equal (wish "HOW") "quickfix")
        (apply-quick-fix diagnostic)
      (edit-by-hand))
    ;; Idle timers, which would tell the server, do not fire in batch mode.
    (eglot--signal-textDocument/didChange)
    (wait-for "the end of the diagnostic" (lambda () (< (length (diagnostics-of-rule)) before)))
    (say "cleared")
    (say "hover %s" (hover)))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server))
  (say "stopped"))

(condition-case fault
    (progn (run) (kill-emacs 0))
  (error (say "FAILED %S" fault) (kill-emacs 1)))
;;; eglot.el ends here
