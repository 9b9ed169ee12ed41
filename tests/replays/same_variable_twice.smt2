; x0 = x0, x0 = 7, y0 = 2 x0
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const y0 Real)
(assert (and (<= (- 100) x0) (<= x0 100) (= (- x0 x0) 0) (= x0 7) (= (- y0 (* 2 x0)) 0)))
