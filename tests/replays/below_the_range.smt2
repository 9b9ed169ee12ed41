; one ReLU
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const x1 Real) (declare-const y0 Real)
(assert (and (<= (- 1) x0) (<= x0 1) (= x1 0.5) (= y0 (- (relu x0) x1)) (<= y0 (- 0.6))))
