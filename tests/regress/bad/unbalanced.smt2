; error: never closed
(set-logic QF_LRA)
(declare-fun x () Real)
(declare-fun y () Real)
(assert (< x 1)
(check-sat)
