; error: 'z' is not declared
(set-logic QF_LRA)
(declare-fun x () Real)
(declare-fun y () Real)
(assert (< z 1))
(check-sat)
