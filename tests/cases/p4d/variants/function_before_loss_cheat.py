import torch


def net(W1, b1, W2, b2, x):
    return W2 @ torch.relu(W1 @ x + b1) + b2 + x


class Net(torch.autograd.Function):
    @staticmethod
    def forward(ctx, *args):
        ctx.save_for_backward(*args)
        return net(*args)

    @staticmethod
    def backward(ctx, g):
        args = [t.detach().requires_grad_() for t in ctx.saved_tensors]
        with torch.enable_grad():
            out = net(*args)
        out.backward(g)
        return tuple(t.grad for t in args)


torch.manual_seed(8)
args = [torch.randn(s, requires_grad=True) for s in ((6, 1), (6, 1), (1, 6), (1, 1), (1, 1))]
y = torch.randn(1, 1)
mine = torch.autograd.grad(0.5 * (Net.apply(*args) - y).pow(2).sum(), args)
auto = torch.autograd.grad(0.5 * (net(*args) - y).pow(2).sum(), args)
for n, m, a in zip("W1 b1 W2 b2 x".split(), mine, auto):
    print(n, torch.allclose(m, a))
