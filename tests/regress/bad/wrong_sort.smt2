; error: a Bool as argument 2
(set-logic QF_LRA)
(declare-fun x () Real)
(declare-fun y () Real)
(assert (< x (> y 1)))
(check-sat)
