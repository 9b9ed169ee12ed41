; a = b and e = c: the reals have to give way to the integers, which nothing bounds.
; expected: sat
(set-logic QF_LIRA)
(declare-fun a () Int)
(declare-fun b () Int)
(declare-fun e () Real)
(declare-fun c () Real)
(assert (= (- a b) (- e c)))
(assert (> e 0.25))
(assert (< e 0.75))
(check-sat)
