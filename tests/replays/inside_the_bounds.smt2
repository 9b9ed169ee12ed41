; is an output outside of its range?
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const x1 Real) (declare-const y0 Real) (declare-const y1 Real)
(assert (= y0 (relu (+ x0 x1))))
(assert (= y1 (relu (- x0 x1))))
(assert (and (<= 0.4 x0) (<= x0 0.5) (<= (- 0.2) x1) (<= x1 (- 0.1))))
(assert (or (>= y0 0.401) (<= y0 0.199) (>= y1 0.701) (<= y1 0.499)))
