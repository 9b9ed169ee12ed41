; No integer lies between x and x + 1.
; expected: unsat
(set-logic QF_LIA)
(declare-const x Int)
(declare-const y Int)
(assert (> y x))
(assert (< y (+ x 1)))
(check-sat)
