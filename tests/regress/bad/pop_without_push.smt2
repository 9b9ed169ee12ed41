; error: 'pop' without a 'push'
(set-logic QF_LRA)
(pop 1)
