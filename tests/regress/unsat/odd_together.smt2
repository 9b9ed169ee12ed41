; Each equation has integer solutions, both together say 2a + 2c = 1; the real r cannot help.
; expected: unsat
(set-logic QF_LIRA)
(declare-const a Int)
(declare-const b Int)
(declare-const c Int)
(declare-const r Real)
(assert (= (+ (to_real a) (to_real b) (* 2.0 (to_real c)) r) 1.0))
(assert (= (- (to_real a) (to_real b) r) 0.0))
(check-sat)
