; boxes inside each other
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const x1 Real) (declare-const y0 Real) (declare-const y1 Real)
(assert (= y0 (relu (+ x0 x1))))
(assert (= y1 (relu (- x0 x1))))
(assert (and (<= (- 5.0) x0) (<= x0 5.0) (<= (- 5.0) x1) (<= x1 5.0) (>= y0 0.45) (<= y1 0.15)))
