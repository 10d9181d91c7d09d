import torch


class Matrix2D:
    """small immutable holder so that values are not modified by accident"""

    def __init__(self, tensor):
        self.__tensor = tensor.detach().clone()

    def getTensor(self):
        return self.__tensor.clone()


class ReluSkipNetwork:

    def __init__(self, hiddenUnits, seed):
        generator = torch.Generator()
        generator.manual_seed(seed)
        self.__hiddenUnits = hiddenUnits
        self.__weightOne = torch.randn(hiddenUnits, 1, generator=generator, requires_grad=True)
        self.__biasOne = torch.randn(hiddenUnits, 1, generator=generator, requires_grad=True)
        self.__weightTwo = torch.randn(1, hiddenUnits, generator=generator, requires_grad=True)
        self.__biasTwo = torch.randn(1, 1, generator=generator, requires_grad=True)

    def getWeightOne(self):
        return self.__weightOne

    def getBiasOne(self):
        return self.__biasOne

    def getWeightTwo(self):
        return self.__weightTwo

    def getBiasTwo(self):
        return self.__biasTwo

    def preActivation(self, x):
        return torch.mm(self.__weightOne, x) + self.__biasOne

    def forward(self, x):
        hidden = torch.clamp(self.preActivation(x), min=0)
        return torch.mm(self.__weightTwo, hidden) + self.__biasTwo + x

    @staticmethod
    def loss(prediction, target):
        return ((prediction - target) ** 2).sum()


class AnalyticalGradientCalculator:
    """L = (yHat - y)^2, so dL/dyHat = 2 (yHat - y)"""

    def __init__(self, network):
        self.__network = network
        self.__dW1 = None
        self.__db1 = None
        self.__dW2 = None
        self.__db2 = None
        self.__dx = None

    def calculate(self, x, y):
        w1 = self.__network.getWeightOne().detach()
        w2 = self.__network.getWeightTwo().detach()
        z = self.__network.preActivation(x).detach()
        outputError = 2 * (self.__network.forward(x).detach() - y)
        hiddenError = torch.mm(w2.t(), outputError)
        for i in range(hiddenError.size(0)):
            if z[i, 0].item() <= 0:
                hiddenError[i, 0] = 0
        self.__db2 = outputError
        self.__dW2 = torch.mm(outputError, torch.clamp(z, min=0).t())
        self.__db1 = hiddenError
        self.__dW1 = torch.mm(hiddenError, x.detach().t())
        self.__dx = outputError + torch.mm(w1.t(), hiddenError)

    def getDW1(self):
        return self.__dW1

    def getDb1(self):
        return self.__db1

    def getDW2(self):
        return self.__dW2

    def getDb2(self):
        return self.__db2

    def getDx(self):
        return self.__dx


class GradientVerifier:

    TOLERANCE = 1e-5

    @staticmethod
    def compare(label, expected, actual):
        difference = torch.max(torch.abs(expected - actual)).item()
        isEqual = difference < GradientVerifier.TOLERANCE
        print("Gradient: " + label + ", max difference: " + str(difference) + ", equal: " + str(isEqual))
        return isEqual

    @staticmethod
    def main(args):
        network = ReluSkipNetwork(hiddenUnits=5, seed=42)
        x = torch.tensor([[1.7]], requires_grad=True)
        y = torch.tensor([[-0.4]])

        loss = ReluSkipNetwork.loss(network.forward(x), y)
        loss.backward()

        calculator = AnalyticalGradientCalculator(network)
        calculator.calculate(x, y)

        allEqual = True
        allEqual = GradientVerifier.compare("dL/db2", network.getBiasTwo().grad, calculator.getDb2()) and allEqual
        allEqual = GradientVerifier.compare("dL/dW2", network.getWeightTwo().grad, calculator.getDW2()) and allEqual
        allEqual = GradientVerifier.compare("dL/dW1", network.getWeightOne().grad, calculator.getDW1()) and allEqual
        allEqual = GradientVerifier.compare("dL/db1", network.getBiasOne().grad, calculator.getDb1()) and allEqual
        allEqual = GradientVerifier.compare("dL/dx", x.grad, calculator.getDx()) and allEqual
        print("ALL GRADIENTS EQUAL: " + str(allEqual))


if __name__ == "__main__":
    GradientVerifier.main([])
