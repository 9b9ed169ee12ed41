; Written by hand from what the query says; sinew has no part in it.
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const y0 Real)
(assert (and (<= 3 x0) (<= x0 2) (<= 0 y0) (<= y0 10) (= y0 (relu x0))))
