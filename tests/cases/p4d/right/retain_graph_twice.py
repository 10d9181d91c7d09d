import torch

torch.manual_seed(77)
hid = 8
W1 = torch.randn(hid, 1).requires_grad_()
B1 = torch.randn(hid, 1).requires_grad_()
W2 = torch.randn(1, hid).requires_grad_()
B2 = torch.randn(1).requires_grad_()
X = torch.tensor([[2.2]]).requires_grad_()
Y = torch.tensor([[1.0]])

Z1 = torch.mm(W1, X) + B1
A1 = Z1.clamp(0)
MLP = torch.mm(W2, A1) + B2
YH = MLP + X
LOSS = (YH - Y) ** 2
for t in (Z1, A1, YH):
    t.retain_grad()

# first backward: only to look at the intermediate gradients
LOSS.backward(retain_graph=True)
print('dL/dyhat:', YH.grad.item(), ' dL/dz1:', Z1.grad.view(-1).tolist())

# set everything to zero, otherwise grads accumulate (I got exactly double before!)
for t in (W1, B1, W2, B2, X, Z1, A1, YH):
    t.grad.zero_()

LOSS.backward(retain_graph=True)

# analytic
dYH = (2 * (YH - Y)).detach()
dB2 = dYH.view(1)
dW2 = dYH * A1.detach().view(1, hid)
dA1 = W2.detach().view(hid, 1) * dYH
dZ1 = dA1.clone()
dZ1[Z1 <= 0] = 0
dB1 = dZ1
dW1 = dZ1 * X.detach()
dX = dYH + (W1.detach() * dZ1).sum()

def diff(a, b): return torch.norm(a - b).item()
print('||.|| B2', diff(dB2, B2.grad))
print('||.|| W2', diff(dW2, W2.grad))
print('||.|| B1', diff(dB1, B1.grad))
print('||.|| W1', diff(dW1, W1.grad))
print('||.|| X ', diff(dX, X.grad))
