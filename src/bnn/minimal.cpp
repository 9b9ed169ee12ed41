// SPDX-License-Identifier: Apache-2.0
// The smallest perturbation: balls that grow, each with its own bounds. Small balls leave few neurons free, so that a
// proof over them costs little, and each is a proven lower bound.
#include <algorithm>

#include "base/error.hpp"
#include "bnn/certify.hpp"

namespace sinew::bnn {

namespace {
class Minimization {
  public:
    Minimization(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                 const threshold::Perturbation& perturbation, const CertifyOptions& options, const Limits& limits,
                 MinimalListener* listener, const KnownDistances& known)
        : subject_(subject),
          input_(input),
          label_(label),
          perturbation_(perturbation),
          options_(options),
          limits_(limits),
          listener_(listener),
          unit_(threshold::distance_unit(subject.folded, input, perturbation)),
          most_(largest_distance()) {
        best_.unit = unit_;
        take(known);
    }

    MinimalPerturbation run() {
        std::int64_t next = 1;
        while (true) {
            if (best_.distance && best_.bound >= *best_.distance) {
                best_.status = Status::falsified;
                return std::move(best_);
            }
            if (best_.bound > most_) {
                best_.status = Status::certified;
                return std::move(best_);
            }
            std::int64_t radius = std::min(std::max(next, best_.bound), most_);
            if (best_.distance) radius = std::min(radius, *best_.distance - 1);
            if (!ask(radius)) return std::move(best_);
            next = 2 * radius;
        }
    }

  private:
    void take(const KnownDistances& known) {
        if (known.certified) {
            const Rational& radius = *known.certified;
            const Rational length = perturbation_.norm == threshold::Norm::two ? Rational(radius * radius) : radius;
            // Over reals a violation may begin just beyond the ball.
            const bool whole = subject_.folded.range.whole || perturbation_.norm == threshold::Norm::zero;
            const Integer units = whole ? Integer(floor(length / unit_) + 1) : ceil(length / unit_);
            best_.bound = units > most_ ? most_ + 1 : units.get_si();
            if (!whole && best_.bound > most_) best_.bound = most_;
        }
        if (known.adversarial.empty()) return;
        const std::int64_t distance =
            floor(threshold::distance(perturbation_.norm, input_, known.adversarial) / unit_).get_si();
        if (distance > most_) return;
        best_.distance = distance;
        best_.adversarial = known.adversarial;
        best_.adversarial_class = known.adversarial_class;
    }

    /// Certifies the ball of this distance; false where there is nothing more to find out.
    bool ask(std::int64_t distance_limit) {
        threshold::Perturbation ball = perturbation_;
        ball.radius = radius_of(distance_limit);
        if (perturbation_.radius && *perturbation_.radius < *ball.radius) ball.radius = perturbation_.radius;
        Certificate answer = certify(subject_, input_, label_, ball, options_, limits_);
        best_.statistics.add("balls", 1);
        best_.statistics.add(answer.statistics);
        switch (answer.status) {
            case Status::wrong:
                best_.status = Status::wrong;
                best_.distance = 0;
                best_.adversarial = input_;
                best_.adversarial_class = answer.adversarial_class;
                return false;
            case Status::unknown:
                return false;
            case Status::certified:
                best_.bound = distance_limit + 1;
                break;
            case Status::falsified:
                best_.distance =
                    floor(threshold::distance(perturbation_.norm, input_, answer.adversarial) / unit_).get_si();
                best_.adversarial = std::move(answer.adversarial);
                best_.adversarial_class = answer.adversarial_class;
                break;
        }
        if (listener_ != nullptr) listener_->improved(best_);
        return true;
    }

    /// The radius that holds whatever is nearer than `units` + 1, or is `units` away. Over reals half a unit more: all
    /// that is found there lies as near to `units` as one likes. For norm two a square root, rounded up by so little
    /// that no other multiple is below its square.
    Rational radius_of(std::int64_t units) const {
        Rational length = unit_ * units;
        if (!subject_.folded.range.whole && perturbation_.norm != threshold::Norm::zero) length += unit_ / 2;
        if (perturbation_.norm != threshold::Norm::two) return length;
        const std::size_t digits = mpz_sizeinbase(unit_.get_den_mpz_t(), 2) + 40;
        Integer root;
        const Integer scaled = floor(length * Rational(Integer(1) << (2 * digits)));
        mpz_sqrt(root.get_mpz_t(), scaled.get_mpz_t());
        Rational radius(root + 1, Integer(1) << digits);
        radius.canonicalize();
        return radius;
    }

    /// In units.
    std::int64_t largest_distance() const {
        const Rational inputs(static_cast<unsigned long>(input_.size()));
        const Rational width = subject_.folded.range.upper - subject_.folded.range.lower;
        Rational most = inputs;
        if (perturbation_.norm == threshold::Norm::one) most = inputs * width;
        if (perturbation_.norm == threshold::Norm::two) most = inputs * width * width;
        if (perturbation_.norm == threshold::Norm::infinity) most = width;
        if (perturbation_.radius) {
            const Rational& radius = *perturbation_.radius;
            most = std::min(most, perturbation_.norm == threshold::Norm::two ? Rational(radius * radius) : radius);
        }
        const Integer units = floor(most / unit_);
        if (units > Integer(1L << 50))
            throw UsageError("the least changes of these real inputs are too fine to be counted with 50 bits");
        return units.get_si();
    }

    const Subject& subject_;
    const std::vector<Rational>& input_;
    std::size_t label_;
    const threshold::Perturbation& perturbation_;
    const CertifyOptions& options_;
    const Limits& limits_;
    MinimalListener* listener_;
    Rational unit_;
    std::int64_t most_;
    MinimalPerturbation best_;
};
}  // namespace

MinimalPerturbation minimal_perturbation(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                                         const threshold::Perturbation& perturbation, const CertifyOptions& options,
                                         const Limits& limits, MinimalListener* listener, const KnownDistances& known) {
    return Minimization(subject, input, label, perturbation, options, limits, listener, known).run();
}

}  // namespace sinew::bnn
