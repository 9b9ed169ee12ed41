; A network written with if-then-else: sinew finds the ReLU layers again.
; expected: unsat
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (>= s 0) s 0))
(declare-fun x0 () Real)
(declare-fun x1 () Real)
(define-fun n00 () Real (relu (- x0 x1)))
(define-fun n01 () Real (relu (+ x0 x1)))
(define-fun n10 () Real (relu (- (* 0.5 n00) (* 0.2 n01))))
(define-fun n11 () Real (relu (+ (* (- 0.5) n00) (* 0.1 n01))))
(assert (and (< x0 0) (> x1 1)))
(assert (> (- n10 n11) (- n11 n10)))
(check-sat)
