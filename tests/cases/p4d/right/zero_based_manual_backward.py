import torch


class Network:
    """Two layer net, layers counted from zero: W0,b0 (input->hidden) and W1,b1 (hidden->output)."""

    def __init__(self, n_hidden, seed=0):
        gen = torch.Generator()
        gen.manual_seed(seed)
        self.W0 = torch.randn(n_hidden, 1, generator=gen, requires_grad=True)
        self.b0 = torch.randn(n_hidden, generator=gen, requires_grad=True)
        self.W1 = torch.randn(1, n_hidden, generator=gen, requires_grad=True)
        self.b1 = torch.randn(1, generator=gen, requires_grad=True)

    def forward(self, x):
        self.x = x
        self.h_pre = self.W0 @ x + self.b0
        self.h = torch.relu(self.h_pre)
        self.y_pred = self.W1 @ self.h + self.b1 + x
        return self.y_pred

    def loss(self, y):
        self.y = y
        return 0.5 * torch.sum((self.y_pred - y) ** 2)

    def manual_backward(self):
        with torch.no_grad():
            grad_y_pred = self.y_pred - self.y
            self.db1 = grad_y_pred.clone()
            self.dW1 = torch.outer(grad_y_pred, self.h)
            grad_h = self.W1.t() @ grad_y_pred
            grad_h_pre = grad_h.clone()
            grad_h_pre[self.h_pre < 0] = 0
            self.db0 = grad_h_pre
            self.dW0 = torch.outer(grad_h_pre, self.x)
            self.dx = grad_y_pred + self.W0.t() @ grad_h_pre

    def report(self):
        for name in ("W0", "b0", "W1", "b1"):
            auto = getattr(self, name).grad
            mine = getattr(self, "d" + name)
            print(name, "max error:", torch.max(torch.abs(auto - mine)).item())
        print("x", "max error:", torch.max(torch.abs(self.x.grad - self.dx)).item())


net = Network(6, seed=4)
inp = torch.tensor([-1.25], requires_grad=True)
net.forward(inp)
L = net.loss(torch.tensor([0.5]))
net.manual_backward()
L.backward()
net.report()
