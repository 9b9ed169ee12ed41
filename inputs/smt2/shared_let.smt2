; `let` shares: written out, this sum would have a million terms.
; expected: unsat
(set-logic QF_LRA)
(declare-fun x () Real)
(assert
 (let ((a (+ x x))) (let ((b (+ a a))) (let ((c (+ b b))) (let ((d (+ c c)))
 (let ((e (+ d d))) (let ((f (+ e e))) (let ((g (+ f f))) (let ((h (+ g g)))
 (let ((i (+ h h))) (let ((j (+ i i)))
   (and (= j 1024) (not (= x 1))))))))))))))
(check-sat)
