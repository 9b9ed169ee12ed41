; error: a Bool as an argument of '<'
(set-logic QF_LRA)
(declare-fun x () Real)
(declare-fun y () Real)
(assert (< x (> y 1)))
(check-sat)
