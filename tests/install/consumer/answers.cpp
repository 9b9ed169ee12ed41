// SPDX-License-Identifier: Apache-2.0
// A network trained, certified and explained through the installed library.
#include <iostream>

#include <sinew/sinew.hpp>

int main() {
    using namespace sinew;
    const std::vector<std::vector<std::string>> rows = {{"0", "3"}, {"0", "5"}, {"1", "3"}, {"1", "5"}};
    TrainingOptions training;
    training.hidden = {1};
    const TrainedNetwork trained = train_binarized(rows, {"no", "no", "yes", "yes"}, training);
    if (!trained.network) return 1;
    const std::vector<Rational> input = trained.network->inputs_of(rows[2]);
    CertifyOptions certify;
    certify.epsilons = {0};
    const Certificate certificate = Certifier(*trained.network, certify).certify(input, 1);
    const Explanation why = explain(*trained.network, input);
    std::cout << to_string(trained.status) << ", " << to_string(certificate.status) << ", " << why.kept.size()
              << " column kept\n";
    return certificate.status == CertifyStatus::certified && why.is_minimal ? 0 : 1;
}
