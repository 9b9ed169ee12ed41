; a condition on a pre-activation
(set-logic QF_LRA)
(define-fun relu ((s Real)) Real (ite (> s 0.0) s 0.0))
(declare-const x0 Real) (declare-const x1 Real) (declare-const y0 Real) (declare-const y1 Real)
(define-fun a01 () Real (- (* 0.5 x0) x1))
(assert (= y0 (- (relu (- x0 x1)) (relu a01))))
(assert (= y1 (- (relu (+ x0 (* 2 x1))) (relu (- (- x0) x1)))))
(assert (and (<= 0 x0) (<= x0 3) (<= 1 x1) (<= x1 2) (>= a01 0.5) (>= y0 1.5) (>= y1 5)))
