; error: division by zero
(set-logic QF_LRA)
(declare-fun x () Real)
(declare-fun y () Real)
(assert (< (/ x 0) 1))
(check-sat)
