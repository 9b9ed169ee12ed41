; error: 'prove' is not supported
(set-logic QF_LRA)
(declare-fun x () Real)
(declare-fun y () Real)
(prove (< x 1))
