; Multiples of 3 between 0 and 3; a sum of multiples of 3 that is 4.
; expected: unsat
(set-logic QF_LIA)
(declare-const a Int)
(declare-const b Int)
(declare-const c Int)
(assert (or (and (< 0 (- (* 3 a) (* 3 b))) (< (- (* 3 a) (* 3 b)) 3))
            (= (+ (* 3 a) (* 6 b) (* 9 c)) 4)))
(check-sat)
