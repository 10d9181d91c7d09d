import torch
import torch.nn as nn


class Block(torch.autograd.Function):
    """yhat only; the loss stays with torch."""

    @staticmethod
    def forward(ctx, W1, b1, W2, b2, x):
        z = W1 * x + b1
        a = z.relu()
        ctx.save_for_backward(W1, W2, x, z, a)
        return (W2 * a).sum() + b2 + x

    @staticmethod
    def backward(ctx, up):
        W1, W2, x, z, a = ctx.saved_tensors
        hidden = up * W2
        hidden[z <= 0] = 0.0
        return hidden * x, hidden, up * a, up, up + torch.dot(hidden, W1)


gen = torch.Generator().manual_seed(31)
shapes = dict(W1=(9,), b1=(9,), W2=(9,), b2=(), x=())
params = {k: nn.Parameter(torch.randn(s, generator=gen)) for k, s in shapes.items()}
target = torch.tensor([0.4])
criterion = nn.MSELoss()

own = torch.autograd.grad(criterion(Block.apply(*params.values()).reshape(1), target), list(params.values()))

W1, b1, W2, b2, x = params.values()
pred = torch.relu(W1 * x + b1) @ W2 + b2 + x
auto = torch.autograd.grad(criterion(pred.reshape(1), target), list(params.values()))
for key, left, right in zip(params, own, auto):
    torch.testing.assert_close(left, right)
    print(f"{key}: ok")
