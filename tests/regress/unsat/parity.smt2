; Twice an integer is never twice another plus 1, however far both may go.
; expected: unsat
(set-logic QF_LIA)
(declare-fun a () Int)
(declare-fun b () Int)
(assert (= (* 2 a) (+ (* 2 b) 1)))
(check-sat)
