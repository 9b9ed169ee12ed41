; Mixed integers and reals: an even number is not odd.
; expected: unsat
(set-logic QF_LIRA)
(declare-fun k () Int)
(declare-fun m () Int)
(declare-fun x () Real)
(assert (and (<= 0 k) (<= k 10) (<= 0 m) (<= m 10)))
(assert (= x (* 2 (to_real k))))
(assert (= x (+ 1 (* 2 (to_real m)))))
(check-sat)
