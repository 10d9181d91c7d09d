# Problem 4 (d)
# Author: (netid removed)

import torch


class SkipNetwork:

    def __init__(self, hiddenSize, inputWeights, inputBiases, outputWeights, outputBias):
        self.__hiddenSize = hiddenSize
        self.__inputWeights = inputWeights
        self.__inputBiases = inputBiases
        self.__outputWeights = outputWeights
        self.__outputBias = outputBias
        self.__preActivations = [0.0] * hiddenSize
        self.__activations = [0.0] * hiddenSize
        self.__gradInputWeights = None
        self.__gradInputBiases = None
        self.__gradOutputWeights = None
        self.__gradOutputBias = None
        self.__gradInput = None

    def forward(self, x):
        output = self.__outputBias + x
        for i in range(self.__hiddenSize):
            self.__preActivations[i] = self.__inputWeights[i] * x + self.__inputBiases[i]
            self.__activations[i] = max(0.0, self.__preActivations[i])
            output += self.__outputWeights[i] * self.__activations[i]
        return output

    def backward(self, x, y):
        error = self.forward(x) - y
        self.__gradOutputBias = error
        self.__gradOutputWeights = [error * a for a in self.__activations]
        self.__gradInputBiases = [error * self.__outputWeights[i] if self.__preActivations[i] > 0 else 0.0
                                  for i in range(self.__hiddenSize)]
        self.__gradInputWeights = [g * x for g in self.__gradInputBiases]
        self.__gradInput = error
        for i in range(self.__hiddenSize):
            self.__gradInput += self.__gradInputBiases[i] * self.__inputWeights[i]

    def getGradInputWeights(self):
        return self.__gradInputWeights

    def getGradInputBiases(self):
        return self.__gradInputBiases

    def getGradOutputWeights(self):
        return self.__gradOutputWeights

    def getGradOutputBias(self):
        return self.__gradOutputBias

    def getGradInput(self):
        return self.__gradInput


class GradientChecker:

    TOLERANCE = 1e-5

    @staticmethod
    def check(label, expected, actual):
        if not isinstance(expected, list):
            expected, actual = [expected], [actual]
        worst = 0.0
        for i in range(len(expected)):
            worst = max(worst, abs(expected[i] - actual[i]))
        print(label + ": worst difference = " + str(worst) + " -> " + ("OK" if worst < GradientChecker.TOLERANCE else "FAILED"))

    @staticmethod
    def main():
        x, y = -1.3, 0.5
        inputWeights = [0.4, -0.9, -0.25]
        inputBiases = [0.1, -0.6, 0.3]
        outputWeights = [0.7, -0.35, 1.2]
        outputBias = 0.05

        network = SkipNetwork(3, inputWeights, inputBiases, outputWeights, outputBias)
        network.backward(x, y)

        # PyTorch
        tx = torch.tensor(x, requires_grad=True)
        tw1 = torch.tensor(inputWeights, requires_grad=True)
        tb1 = torch.tensor(inputBiases, requires_grad=True)
        tw2 = torch.tensor(outputWeights, requires_grad=True)
        tb2 = torch.tensor(outputBias, requires_grad=True)
        yHat = torch.sum(tw2 * torch.relu(tw1 * tx + tb1)) + tb2 + tx
        loss = 0.5 * (yHat - y) * (yHat - y)
        loss.backward()

        GradientChecker.check("dL/db2", tb2.grad.item(), network.getGradOutputBias())
        GradientChecker.check("dL/dW2", tw2.grad.tolist(), network.getGradOutputWeights())
        GradientChecker.check("dL/dW1", tw1.grad.tolist(), network.getGradInputWeights())
        GradientChecker.check("dL/db1", tb1.grad.tolist(), network.getGradInputBiases())
        GradientChecker.check("dL/dx ", tx.grad.item(), network.getGradInput())


if __name__ == "__main__":
    GradientChecker.main()

# Discussion: all of the differences are smaller than 1e-6 so my derivation in (b) is right.
# The small difference comes from python using double and torch using float.
