; error: uninterpreted functions
(set-logic QF_LRA)
(declare-fun f (Real) Real)
