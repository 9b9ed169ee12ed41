; an interval of a millionth
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const y0 Real)
(assert (and (<= 0.5 x0) (<= x0 0.500001) (= y0 (relu (- (* 1000000 x0) 500000))) (>= y0 0.75)))
