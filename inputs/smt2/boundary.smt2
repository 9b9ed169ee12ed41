; Linear real arithmetic, solved on the boundary of two half-planes.
; expected: sat
(set-logic QF_LRA)
(declare-const x Real)
(declare-const y Real)
(assert (>= (+ x (* 2 y)) 3))
(assert (<= (+ x (* 2 y)) 3.0))
(assert (or (< x (/ 1 3)) (distinct y (/ 4 3))))
(check-sat)
(get-model)
(get-value (x (+ x (* 2 y))))
