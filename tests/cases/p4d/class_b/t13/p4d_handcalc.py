"""
I computed one example by hand (see 4(b) in my pdf) and check if PyTorch gives the same numbers.

  x = 2, y = 1,  W1 = (0.5, -1.0)^T, b1 = (0.1, 0.3)^T, W2 = (1.5, 0.8), b2 = -0.4

  z1 = (1.1, -1.7),  a1 = (1.1, 0),  yhat = 1.65 + 0 - 0.4 + 2 = 3.25,  e = 2.25
"""
import torch

x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(1.0)
W1 = torch.tensor([[0.5], [-1.0]], requires_grad=True)
b1 = torch.tensor([0.1, 0.3], requires_grad=True)
W2 = torch.tensor([[1.5, 0.8]], requires_grad=True)
b2 = torch.tensor(-0.4, requires_grad=True)

yhat = (W2 @ torch.relu(W1[:, 0] * x + b1))[0] + b2 + x
L = (yhat - y) ** 2 / 2
L.backward()

by_hand = {
    'b2': torch.tensor(2.25),
    'W2': torch.tensor([[2.475, 0.0]]),
    'W1': torch.tensor([[6.75], [0.0]]),
    'b1': torch.tensor([3.375, 0.0]),
    'x': torch.tensor(3.9375),
}
for name, t in [('b2', b2), ('W2', W2), ('W1', W1), ('b1', b1), ('x', x)]:
    print(name, by_hand[name].tolist(), t.grad.tolist(), torch.allclose(by_hand[name], t.grad, atol=1e-4))

# same result
