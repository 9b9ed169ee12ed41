; error: the logic 'QF_NRA' is not supported
(set-logic QF_NRA)
