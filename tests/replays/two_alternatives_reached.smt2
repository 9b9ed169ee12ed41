; are the outputs 2.0 apart somewhere?
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const x1 Real) (declare-const y0 Real) (declare-const y1 Real)
(assert (= y0 (relu (+ x0 x1))))
(assert (= y1 (relu (- x0 x1))))
(assert (and (<= (- 1) x0) (<= x0 1) (<= (- 1) x1) (<= x1 1)))
(assert (or (>= y0 (+ y1 2.0)) (>= y1 (+ y0 2.0))))
