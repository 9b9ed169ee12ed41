// SPDX-License-Identifier: Apache-2.0
// A decision looked at from all sides: how wrong may the applicant's figures be before it changes, and which of them
// fix it?
#include <iostream>

#include <sinew/certify.hpp>
#include <sinew/explain.hpp>

using namespace sinew;

int main(int argc, char** argv) {
    const Network scores = load_network(argc > 1 ? argv[1] : "inputs/dnn/loan.dnn");
    const char* names[] = {"income", "debt", "age", "years"};
    // Income and debt in hundred thousands, age in centuries, years of employment of 40; class 1: the loan is granted.
    const std::vector<Rational> applicant = {decimal("0.34"), decimal("0.46"), decimal("0.29"), Rational(3, 40)};

    // Every figure wrong by up to ε: certified, or a counterexample.
    CertifyOptions certify;
    certify.domain = {Range{0, 1}};
    certify.epsilons = {decimal("0.01"), decimal("0.02"), decimal("0.05")};
    certify.minimal = true;
    Certifier certifier(scores, certify);
    const std::size_t decision = certifier.predict(applicant);
    std::cout << "the loan is " << (decision == 1 ? "granted" : "refused") << "\n";
    const Certificate certificate = certifier.certify(applicant, decision);
    for (const AtEpsilon& answer : certificate.answers)
        std::cout << "    within " << to_decimal(*answer.epsilon) << ": " << to_string(answer.status) << "\n";
    if (!certificate.critical || !certificate.critical->distance) return 1;
    // It lies between proven ends, a percent apart.
    std::cout << "    the decision changes at " << to_decimal(*certificate.critical->distance, 2) << "\n";

    // The figures that fix the decision, whatever the others are; and for each an applicant whom it would not hold for.
    ExplainOptions explain_options;
    explain_options.domain = {Range{0, 1}};
    const Explanation why = explain(scores, applicant, explain_options);
    for (const KeptFeature& kept : why.kept) {
        std::cout << names[kept.group] << " matters: granted with another";
        for (std::size_t i = 0; i < applicant.size(); ++i)
            if (kept.counterexample[i] != applicant[i]) std::cout << " " << names[i];
        std::cout << "\n";
    }
    for (const std::size_t group : why.freed) std::cout << names[group] << " does not matter then\n";
    std::cout << (why.is_minimal ? "proven minimal" : why.reason) << "\n";
    return why.is_minimal ? 0 : 1;
}
