; assertions are all meant
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const x1 Real) (declare-const y0 Real) (declare-const y1 Real)
(assert (= y0 (relu (+ x0 x1))))
(assert (= y1 (relu (- x0 x1))))
(assert (and (<= (- 1) x0) (<= x0 1) (<= (- 1) x1) (<= x1 1)))
(assert (and (or (>= y0 1) (>= y1 1)) (<= y0 0.5) (<= y1 0.5)))
