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
                 const Perturbation& perturbation, const CertifyOptions& options, const Limits& limits,
                 MinimalListener* listener)
        : subject_(subject),
          input_(input),
          label_(label),
          perturbation_(perturbation),
          options_(options),
          limits_(limits),
          listener_(listener),
          most_(largest_distance()) {}

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
    /// Certifies the ball of this distance; false where there is nothing more to find out.
    bool ask(std::int64_t distance_limit) {
        Perturbation ball = perturbation_;
        ball.radius = radius_of(distance_limit);
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
                best_.distance = distance(perturbation_.norm, input_, answer.adversarial).get_num().get_si();
                best_.adversarial = std::move(answer.adversarial);
                best_.adversarial_class = answer.adversarial_class;
                break;
        }
        if (listener_ != nullptr) listener_->improved(best_);
        return true;
    }

    /// For norm two the square root of a whole number, rounded up by so little that no other whole number is below the
    /// square.
    Rational radius_of(std::int64_t distance_limit) const {
        if (perturbation_.norm != Norm::two) return Rational(distance_limit);
        Integer root;
        const Integer scaled = Integer(distance_limit) << 80;
        mpz_sqrt(root.get_mpz_t(), scaled.get_mpz_t());
        Rational radius(root + 1, Integer(1) << 40);
        radius.canonicalize();
        return radius;
    }

    std::int64_t largest_distance() const {
        const auto inputs = static_cast<std::int64_t>(input_.size());
        const Rational width = subject_.folded.range.upper - subject_.folded.range.lower;
        const std::int64_t side = ceil(width).get_si();
        std::int64_t most = inputs;
        if (perturbation_.norm == Norm::one) most = inputs * side;
        if (perturbation_.norm == Norm::two) most = inputs * side * side;
        if (perturbation_.norm == Norm::infinity) most = side;
        if (perturbation_.radius) {
            const Rational& radius = *perturbation_.radius;
            const Integer given = floor(perturbation_.norm == Norm::two ? Rational(radius * radius) : radius);
            if (given < most) most = given.get_si();
        }
        return most;
    }

    const Subject& subject_;
    const std::vector<Rational>& input_;
    std::size_t label_;
    const Perturbation& perturbation_;
    const CertifyOptions& options_;
    const Limits& limits_;
    MinimalListener* listener_;
    std::int64_t most_;
    MinimalPerturbation best_;
};
}  // namespace

MinimalPerturbation minimal_perturbation(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                                         const Perturbation& perturbation, const CertifyOptions& options,
                                         const Limits& limits, MinimalListener* listener) {
    if (!subject.folded.range.whole && perturbation.norm != Norm::zero)
        throw UsageError("the smallest perturbation of real inputs is only known in norm 0");
    return Minimization(subject, input, label, perturbation, options, limits, listener).run();
}

}  // namespace sinew::bnn
